import { flatten } from './t'
export default flatten(import.meta.glob(['./zh-CN/*.json', '!./zh-CN/app.json', '!./zh-CN/system.json', '!./zh-CN/kit.json', '!./zh-CN/studio.json', '!./zh-CN/calendar.json', '!./zh-CN/org.json', '!./zh-CN/document.json', '!./zh-CN/seal.json', '!./zh-CN/word.json', '!./zh-CN/stats.json', '!./zh-CN/category.json'], { eager: true, import: 'default' }))
