// Which route of the interface a path is, and what goes there and comes back: `/matters/${id}/trace`
// is "/matters/{matter_id}/trace". Types only; a path put together at run time is any route.
import type { paths } from './schema'

type Split<P extends string> = P extends `${infer A}/${infer B}` ? [A, ...Split<B>] : [P]
type Same<R, G> = R extends [infer RH, ...infer RT]
  ? G extends [infer GH, ...infer GT]
    ? RH extends `{${string}}` ? Same<RT, GT> : GH extends RH ? Same<RT, GT> : false
    : false
  : G extends [] ? true : false
type Matching<U extends string> = { [P in keyof paths]: Same<Split<P & string>, Split<U>> extends true ? P : never }[keyof paths]
type RouteOf<U extends string> = U extends keyof paths ? U : Matching<U>

type Json<T> = T extends { content: { 'application/json': infer J } } ? J : any
type Good<O> = O extends { responses: { 200: infer R } } ? Json<R> : O extends { responses: { 201: infer R } } ? Json<R> : any

/** A form's value may be empty or not yet one of the choices: then the program names the field. Names
 *  and kinds of the members are checked here. */
type Formed<T> = [NonNullable<T>] extends [string] ? string | null | undefined
  : NonNullable<T> extends (infer E)[] ? Formed<E>[] | null | undefined
  : NonNullable<T> extends object ? { [K in keyof T]: Formed<T[K]> }
  : T | null

/** What a GET on the path answers. */
export type Answer<U extends string> = string extends U ? any : U extends string ? Good<paths[RouteOf<U>]['get']> : never
/** What a POST to the path answers, and what it takes. */
export type Done<U extends string> = string extends U ? any : U extends string ? Good<paths[RouteOf<U>]['post']> : never
export type Body<U extends string> = string extends U ? object : U extends string ? (paths[RouteOf<U>]['post'] extends { requestBody?: { content: { 'application/json': infer J } } } ? Formed<J> : object) : never
/** A row of a list. */
export type Row<U extends string> = Answer<U> extends { rows: (infer R)[] } ? R : any
