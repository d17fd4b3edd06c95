import { expect, test } from 'vitest'
import { fieldIndexOf, freeName, insertField, limitValue, moveField, nameIsGood, newField, removeField, renameField, rightAt, setField, setRight, sheetOf, type Module } from './model'

const m: Module = {
  name: '公务用车', fields: [{ name: 'destination', label: '目的地', type: 'text', required: true }, { name: 'purpose', label: '事由', type: 'long_text' }, { name: 'vehicle', label: '车辆', type: 'thing', thing: 'vehicle', read_only: true }],
  steps: { assign_car: { edit: ['vehicle'] } }, list: ['destination'], register: { columns: ['number', 'destination'], open_to: 'starter' },
  sheet: { title: '用车单', rows: [['starter'], ['destination', 'vehicle']] }, rules: [{ when: 'true', message: '不行', field: 'vehicle' }], bookings: [{ thing_field: 'vehicle' }],
}

test('a new field has a name of its own and what its type needs', () => {
  const two = insertField(insertField(m, newField(m, 'choice', '方式', '选项'), 1), newField(m, 'text', '备注', '选项'), 99)
  expect(two.fields!.map(f => f.name)).toEqual(['destination', 'choice_1', 'purpose', 'vehicle', 'text_1'])
  expect(two.fields![1].options).toHaveLength(2)
  expect(freeName(two, 'text')).toBe('text_2')
  expect(nameIsGood(freeName(m, 'unit')) && nameIsGood(freeName(m, 'matter'))).toBe(true)
  expect(nameIsGood('title') || nameIsGood('Ort')).toBe(false)
  expect(m.fields).toHaveLength(3)
})

test('moving stays inside the list', () => {
  expect(moveField(m, 0, 2).fields!.map(f => f.name)).toEqual(['purpose', 'vehicle', 'destination'])
  expect(moveField(m, 0, -1)).toBe(m)
  expect(moveField(m, 2, 3)).toBe(m)
})

test('what names a field follows its name and goes with it', () => {
  const r = renameField(m, 2, 'car')
  expect(r.steps).toEqual({ assign_car: { edit: ['car'] } })
  expect(r.sheet!.rows[1]).toEqual(['destination', 'car'])
  expect(r.rules![0].field).toBe('car')
  expect(r.bookings).toBe(m.bookings)
  const gone = removeField(m, 0)
  expect(gone.register!.columns).toEqual(['number'])
  expect(gone.list).toEqual([])
  expect(gone.sheet!.rows).toEqual([['starter'], ['vehicle']])
})

test('what is off is not written', () => {
  expect(setField(m, 0, { required: false, hint: '' }).fields![0]).toEqual({ name: 'destination', label: '目的地', type: 'text' })
  expect(limitValue('text', 'max', '80')).toBe(80)
  expect(limitValue('number', 'max', '80')).toBe('80')
  expect(limitValue('date', 'min', 'today()')).toBe('today()')
  expect(limitValue('text', 'max', ' ')).toBeUndefined()
})

test('rights at a step: required is editable too, and nothing said leaves no trace', () => {
  const r = setRight(m, 'assign_car', 'purpose', 'require')
  expect(r.steps!.assign_car).toEqual({ edit: ['vehicle', 'purpose'], require: ['purpose'] })
  expect(rightAt(r, 'assign_car', 'purpose')).toBe('require')
  expect(rightAt(setRight(r, 'assign_car', 'purpose', 'hide'), 'assign_car', 'purpose')).toBe('hide')
  expect(setRight(m, 'assign_car', 'vehicle', 'see').steps).toBeUndefined()
})

test('a sheet of all fields: short ones in pairs, long ones alone, opinions last', () => {
  expect(sheetOf(m, '用车单', ['领导意见']).rows).toEqual([['starter', 'unit'], ['destination'], ['purpose'], ['vehicle'], ['@领导意见']])
})

test('a finding knows its field', () => {
  expect(fieldIndexOf('fields[1].max', m)).toBe(1)
  expect(fieldIndexOf('vehicle', m)).toBe(2)
  expect(fieldIndexOf('rules[0]', m)).toBe(-1)
})
