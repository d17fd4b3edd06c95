import { flatten } from './t'
export default flatten(import.meta.glob(['./zh-CN/app.json', './zh-CN/system.json', './zh-CN/kit.json'], { eager: true, import: 'default' }))
