// A city of a handful of units, brought in by the operator's import, for the tests of org/.
import assert from 'node:assert/strict'
import { city, founder } from './tongban.mjs'

const units = `code,name,short_name,parent_code,level,branch,kind,rank_order,division_code,from_on,phone,by_paper
C,示例市,示例,,city,government,body,1,43,2019-03-01,,0
C-B1,中共示例市委员会,市委,C,city,party,body,1,43,2019-03-01,,0
C-B3,示例市人民政府,市政府,C,city,government,body,3,43,2019-03-01,,0
C-M,示例军分区,军分区,C,city,military,unit,9,43,2019-03-01,,1
C-P0,中共示例市委办公室,市委办,C-B1,city,party,unit,1,43,2019-03-01,0736-1000,0
C-G0,示例市人民政府办公室,市政府办,C-B3,city,government,unit,1,43,2019-03-01,0736-2000,0
C-G0-1,秘书一科,秘书一科,C-G0,city,government,section,1,43,2019-03-01,,0
C-G0-2,文书科,文书科,C-G0,city,government,section,2,43,2019-03-01,,0
C-G1,示例市财政局,市财政局,C-B3,city,government,unit,2,43,2019-03-01,0736-3000,0
C-G1-1,办公室,办公室,C-G1,city,government,section,1,43,2019-03-01,,0
C-G1-2,预算科,预算科,C-G1,city,government,section,2,43,2019-03-01,,0
C-G2,示例市水利局,市水利局,C-B3,city,government,unit,3,43,2019-03-01,0736-4000,0
D,东山区,东山,C,county,government,body,20,4301,2019-03-01,,0
D-B3,东山区人民政府,区政府,D,county,government,body,3,4301,2019-03-01,,0
D-G0,东山区人民政府办公室,区政府办,D-B3,county,government,unit,1,4301,2019-03-01,,0
D-G1,东山区财政局,区财政局,D-B3,county,government,unit,2,4301,2019-03-01,,0
T,城东镇,城东镇,D,town,government,unit,30,430101,2019-03-01,,0
V1,城东镇一里村村民委员会,一里村,T,village,village,unit,1,430101001,2019-03-01,,0
V2,城东镇二里村村民委员会,二里村,T,village,village,unit,2,430101002,2019-03-01,,0
`
const people = `person_code,account,name,mobile,office_phone,unit_code,section_code,title,grade,is_main,is_leader,rank_order,roles,from_on
P01,city_admin,向智,13900000001,0736-2001,C-G0,C-G0-2,电子政务科科长,,1,0,30,city_admin,2020-01-01
P02,mayor,章启航,13900000002,0736-2002,C-B3,,市长,,1,1,1,unit_head;leader,2020-01-01
P03,vice_mayor,单青林,13900000003,0736-2003,C-B3,,副市长,,1,1,2,leader,2020-01-01
P04,secretary,安雨晨,13900000004,0736-2004,C-G0,C-G0-1,科员,四级主任科员,1,0,12,reviewer,2020-01-01
P05,office_head,骆文达,13900000005,0736-2005,C-G0,,副秘书长、办公室主任,,1,1,1,office_head;unit_head,2020-01-01
P06,office_clerk,梅静,13900000006,0736-2006,C-G0,C-G0-2,收发文员,,1,0,20,doc_clerk,2020-01-01
P07,office_admin,聂洪,13900000007,0736-2007,C-G0,C-G0-2,行政科科员,,1,0,21,unit_admin,2020-01-01
P08,finance_head,曾德明,13900000008,0736-3001,C-G1,,党组书记、局长,,1,1,1,unit_head;leader,2020-01-01
P09,finance_vice,仇敏,13900000009,0736-3002,C-G1,,副局长,,1,1,2,leader,2020-01-01
P10,finance_admin,盛平,13900000010,0736-3003,C-G1,C-G1-1,系统管理员,,1,0,10,unit_admin,2020-01-01
P11,finance_clerk,田雨涵,13900000011,0736-3004,C-G1,C-G1-1,收发文员,,1,0,11,doc_clerk,2020-01-01
P12,budget_head,解堃,13900000012,0736-3005,C-G1,C-G1-2,预算科科长,,1,0,20,section_head,2020-01-01
P13,budget_one,张伟,13900000013,0736-3006,C-G1,C-G1-2,科员,,1,0,21,,2020-01-01
P14,budget_two,张伟,13900000014,0736-3007,C-G1,C-G1-2,一级科员,,1,0,22,,2020-01-01
P15,water_head,樊江,13900000015,0736-4001,C-G2,,局长,,1,1,1,unit_head;leader,2020-01-01
P15,water_head,樊江,13900000015,0736-4001,C-B3,,市政府党组成员,,0,1,9,,2020-01-01
P16,water_clerk,欧阳喆,13900000016,0736-4002,C-G2,,收发文员,,1,0,10,doc_clerk;unit_admin,2020-01-01
P17,district_clerk,吕一,13900000017,0736-5001,D-G0,,收发文员,,1,0,10,doc_clerk;unit_admin,2020-01-01
P18,town_head,邓一山,13900000018,0736-6001,T,,镇长,,1,1,1,unit_head;leader,2020-01-01
P19,town_clerk,廖小梅,13900000019,0736-6002,T,,文书,,1,0,10,doc_clerk;unit_admin,2020-01-01
P20,village_clerk,万福,13900000020,0736-7001,V1,,文书,,1,0,10,doc_clerk;unit_admin,2020-01-01
`
const agencies = `code,unit_code,name,signature_name,book_mark,doc_types,kind
A1,C-P0,中共示例市委员会文件,中共示例市委员会,示发,通知;决定,committee
A2,C-G0,示例市人民政府文件,示例市人民政府,示政发,通知;决定;意见,government
A3,C-G0,示例市人民政府办公室文件,示例市人民政府办公室,示政办发,通知;函,office
A4,C-G1,示例市财政局文件,示例市财政局,示财,通知;请示;报告;函,department
A5,D-G0,东山区人民政府文件,东山区人民政府,东政发,通知;请示;报告,government
A6,T,城东镇人民政府文件,城东镇人民政府,城政发,通知;请示;报告,government
`
const inCharge = `leader_person_code,leader_unit_code,unit_or_section_code,deputy_person_code,from_on
P03,C-B3,C-G1,P05,2024-01-01
P09,C-G1,C-G1-2,,2024-01-01
`
const secretaries = `leader_person_code,secretary_person_code,from_on,authorisation
P03,P04,2024-01-01,办公室关于联络员安排的通知
`
const groups = `name,owner_unit_code,member_code
各县（市、区）人民政府,C-G0,D-G0
市政府各部门,C-G0,C-G1
市政府各部门,C-G0,C-G2
各村,T,V1
各村,T,V2
`
const rankLists = `list_name,position,person_code,unit_code
市政府领导,1,P02,C-B3
市政府领导,2,P03,C-B3
市财政局领导班子,1,P08,C-G1
市财政局领导班子,2,P09,C-G1
`
export const files = { units, people, agencies, in_charge: inCharge, secretaries, rank_lists: rankLists, groups }
export const password = 'Wind-und-Wetter9'

/** { c, admin: the founder, as(account): that person signed in, unit(code), post(account) } */
export async function orgCity() {
  const c = await city({ demo: null })
  const admin = await founder(c)
  const secret = {}
  for (const [table, text] of Object.entries(files)) {
    const said = await c.operator('org.import', { table, text })
    assert.equal(said.n_bad, 0, JSON.stringify(said.bad))
    for (const line of (said.secrets || '').split('\n').filter(Boolean)) {
      const [account, once] = line.split(',')
      secret[account] = once
    }
  }
  const signedIn = {}
  const as = async account => {
    if (signedIn[account]) return signedIn[account]
    const client = await c.signIn(account, secret[account])
    await client.act('/me/password', { old_password: secret[account], new_password: password })
    return signedIn[account] = client
  }
  const tree = await admin.read('/units/tree')
  const at = Object.fromEntries(tree.fields.map((f, i) => [f, i]))
  const unit = name => {
    const row = tree.rows.find(r => r[at.name] === name)
    assert.ok(row, name)
    return row[at.id]
  }
  const person = async name => {
    const rows = await admin.rows('/people?q=' + encodeURIComponent(name))
    const row = rows.find(r => r.name === name)
    assert.ok(row, name)
    return row
  }
  return { c, admin, as, unit, person, tree, secret }
}
