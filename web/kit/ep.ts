// The only file that knows Element Plus; fetched when the first date is asked for. Its date picker
// says days in the page's language, whatever the browser's is (an <input type=date> does not), and
// its weeks begin on Monday through dayjs's locale.
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import 'dayjs/locale/en-gb'
import { ElDatePicker, ElConfigProvider } from 'element-plus'
import zhCn from 'element-plus/es/locale/lang/zh-cn'
import en from 'element-plus/es/locale/lang/en'
import 'element-plus/es/components/base/style/css'
import 'element-plus/es/components/date-picker/style/css'
import 'element-plus/theme-chalk/dark/css-vars.css'

export { ElDatePicker, ElConfigProvider }
export function localeOf(lang: string) {
  dayjs.locale(lang === 'en' ? 'en-gb' : 'zh-cn')
  return lang === 'en' ? en : zhCn
}
