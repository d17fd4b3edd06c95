import { expect, test } from 'vitest'
import { isHit, type ModuleRow } from './modules'
const m = { key: 'vehicle_use', name: '公务用车', name_en: 'Vehicle use', summary: '先申请', pinyin: 'gwyc gongwuyongche' } as ModuleRow
test('a module is found by words, English, initials and pinyin', () => {
  for (const q of ['', '用车', 'vehicle', 'GWYC', 'gongwu', '先申']) expect(isHit(m, q)).toBe(true)
  for (const q of ['盖章', 'yc', 'x']) expect(isHit(m, q)).toBe(false)
})
