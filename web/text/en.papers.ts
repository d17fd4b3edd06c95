import { flatten } from './t'
export default flatten(import.meta.glob('./en/document.json', { eager: true, import: 'default' }))
