// The types of the interface reach the pages: what is marked here does not compile, and vue-tsc says
// so when it does. Nothing is sent.
import { expect, test } from 'vitest'
import { get, post } from './client'
import type { Answer, Row } from './paths'

export async function neverCalled(id: string, anywhere: string) {
  // @ts-expect-error a member that the command does not take
  await post('/grants', { post_id: id, role: 'reviewer', unit_id: id, bogus: 1 })
  // @ts-expect-error a number for a text
  await post('/me/tokens', { name: 5, expires_on: '2026-01-01' })
  // @ts-expect-error a required member left out
  await post(`/filings/${id}/reject`, {})
  await post(`/filings/${id}/reject`, { reason: '职务已变动' })
  const page = await get(`/matters/${id}`)
  // @ts-expect-error a member that is not answered
  page.nothing
  // @ts-expect-error what may be null is not used as if it never were
  page.number.length
  const trace = await get(`/matters/${id}/trace`)
  trace.rows[0].op.length
  // @ts-expect-error the trace's rows, not those of another list
  trace.rows[0].snippet
  // @ts-expect-error no such route answers nothing
  ;(await get('/nowhere')).rows
  ;(await get(anywhere)).rows // put together at run time: anything
}

test('a fixed path comes before one with a parameter', () => {
  const tree: Answer<'/units/tree'>['fields'] = ['id']
  const kind: Row<'/items'>['kind'] = 'reading'
  expect([tree[0], kind]).toEqual(['id', 'reading'])
})
