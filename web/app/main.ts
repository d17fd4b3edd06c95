// Starts the pages: what an old kernel lacks first, then language and theme of last time, the app.
import { createApp } from 'vue'
import '../kit/tokens.css'
import '../kit/base.css'
import '../kit/print.css'
import App from './App.vue'
import { router } from './router'
import { dressFromLast } from '@api/me'
import { setWords } from '@api/client'
import { t } from '@text/t'

const modern = 'hasOwn' in Object && 'replaceAll' in String.prototype && 'at' in Array.prototype && 'withResolvers' in Promise

async function start() {
  if (!modern) await import('./old')
  await dressFromLast()
  setWords(code => t('app.' + code)) /* keys: app.network app.broken app.not_found */
  const app = createApp(App)
  app.use(router)
  app.mount('#app')
}

start()
