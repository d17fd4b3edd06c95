import { flatten } from './t'
export default flatten(import.meta.glob(['./zh-CN/studio.json'], { eager: true, import: 'default' }))
