import { flatten } from './t'
export default flatten(import.meta.glob(['./en/studio.json', './en/calendar.json', './en/org.json', './en/seal.json', './en/word.json', './en/stats.json', './en/category.json'], { eager: true, import: 'default' }))
