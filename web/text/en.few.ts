import { flatten } from './t'
export default flatten(import.meta.glob(['./en/studio.json'], { eager: true, import: 'default' }))
