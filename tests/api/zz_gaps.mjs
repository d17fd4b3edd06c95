import { city } from './tongban.mjs'
const c = await city()
const l = await (await fetch(c.url + '/api/v1/demo/accounts')).json()
for (const { account } of l.rows) { const p = await c.signIn(account); const o=[]
 for (const b of ['todo','done','to_read','initiated','watched']) { const r = await p.rows('/items?box='+b); o.push(b+':'+r.length) }
 console.log(account.padEnd(22), o.join(' ')) }
