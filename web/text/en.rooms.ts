import { flatten } from './t'
export default flatten(import.meta.glob(['./en/*.json', '!./en/app.json', '!./en/system.json', '!./en/kit.json', '!./en/studio.json', '!./en/calendar.json', '!./en/org.json', '!./en/document.json', '!./en/seal.json', '!./en/word.json', '!./en/stats.json', '!./en/category.json'], { eager: true, import: 'default' }))
