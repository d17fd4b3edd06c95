import { flatten } from './t'
export default flatten(import.meta.glob('./en/*.json', { eager: true, import: 'default' }))
