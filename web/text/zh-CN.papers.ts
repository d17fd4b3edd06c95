import { flatten } from './t'
export default flatten(import.meta.glob('./zh-CN/document.json', { eager: true, import: 'default' }))
