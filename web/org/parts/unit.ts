// A unit as GET /units/{id} answers it.
import type { Answer } from '@api/paths'

export type UnitInfo = Answer<`/units/${string}`>
export type Named = UnitInfo['sections'][number]
