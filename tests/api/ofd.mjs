// OFD files for the tests, as other programs write them: a zip by hand, so that each field can be wrong.
import { crc32, deflateRawSync } from 'node:zlib'

/** parts: [name, content, options]; size: what it says it unpacks to; flags: 1 for encrypted. */
export function zipOf(parts) {
  const out = [], dir = []
  let at = 0
  for (const [name, content, { size, flags = 0 } = {}] of parts) {
    const bytes = Buffer.from(content), packed = deflateRawSync(bytes), n = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0); common.writeUInt16LE(flags | 0x800, 2); common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10); common.writeUInt32LE(packed.length, 14); common.writeUInt32LE(size ?? bytes.length, 18); common.writeUInt16LE(n.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, n, packed])
    const behind = Buffer.alloc(14)
    behind.writeUInt32LE(at, 10)
    dir.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, behind, n]))
    out.push(local)
    at += local.length
  }
  const d = Buffer.concat(dir), end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1'); end.writeUInt16LE(parts.length, 8); end.writeUInt16LE(parts.length, 10); end.writeUInt32LE(d.length, 12); end.writeUInt32LE(at, 16)
  return Buffer.concat([...out, d, end])
}

const pageOf = n => `<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer ID="${100 * n}"><ofd:PathObject ID="${100 * n + 1}" Boundary="20 40 100 ${10 * n}" Fill="true" Stroke="false"><ofd:FillColor Value="0 0 0"/><ofd:AbbreviatedData>M 0 0 L 100 0 L 100 ${10 * n} L 0 ${10 * n} C</ofd:AbbreviatedData></ofd:PathObject><ofd:TextObject ID="${100 * n + 2}" Boundary="20 20 150 10" Font="3" Size="5.6"><ofd:TextCode X="0" Y="5" DeltaX="g 7 5.6">第${n}页防汛物资</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>`
export const partsOf = (pages, { head = '' } = {}) => [
  ['OFD.xml', '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID><ofd:Title>防汛物资清单</ofd:Title><ofd:Author>市水利局</ofd:Author><ofd:CreationDate>2026-11-20</ofd:CreationDate><ofd:CustomDatas><ofd:CustomData Name="文件编号">云水发〔2026〕3号</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>'],
  ['Doc_0/Document.xml', `<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>${Array.from({ length: pages }, (_, i) => `<ofd:Page ID="${i + 1}" BaseLoc="Pages/Page_${i}/Content.xml"/>`).join('')}</ofd:Pages><ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>`],
  ['Doc_0/PublicRes.xml', '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts></ofd:Res>'],
  ['Doc_0/Attachs/Attachments.xml', '<ofd:Attachments xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Attachment ID="a1" Name="明细.xml" Format="xml"><ofd:FileLoc>m.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'],
  ['Doc_0/Attachs/m.xml', '<明细>5</明细>'],
  ...Array.from({ length: pages }, (_, i) => [`Doc_0/Pages/Page_${i}/Content.xml`, head && i === 0 ? pageOf(1).replace('第1页防汛物资', head) : pageOf(i + 1)]),
]
export const ofdOf = (pages, o) => zipOf(partsOf(pages, o))
