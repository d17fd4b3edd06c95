import { flatten } from './t'
export default flatten(import.meta.glob(['./en/*.json', '!./en/app.json', '!./en/system.json', '!./en/kit.json'], { eager: true, import: 'default' }))
