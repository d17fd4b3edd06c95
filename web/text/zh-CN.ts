import { flatten } from './t'
export default flatten(import.meta.glob('./zh-CN/*.json', { eager: true, import: 'default' }))
