import { flatten } from './t'
export default flatten(import.meta.glob(['./zh-CN/studio.json', './zh-CN/calendar.json', './zh-CN/org.json', './zh-CN/seal.json', './zh-CN/word.json', './zh-CN/stats.json', './zh-CN/category.json'], { eager: true, import: 'default' }))
