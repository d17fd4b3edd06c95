// Word files as the tests need them: the parts by hand, in the format's own words.
import { zip } from './zip.mjs'

export const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
const esc = s => s.replace(/&/g, '&amp;').replace(/</g, '&lt;')
/** A paragraph; pPr, rPr: properties as they stand in the file. */
export const p = (text, pPr = '', rPr = '') => `<w:p><w:pPr>${pPr}</w:pPr><w:r><w:rPr>${rPr}</w:rPr><w:t xml:space="preserve">${esc(text)}</w:t></w:r></w:p>`
export const middle = text => p(text, '<w:jc w:val="center"/>', '<w:sz w:val="44"/>')
export const right = text => p(text, '<w:jc w:val="right"/>')
export const cell = (text, tcPr = '') => `<w:tc><w:tcPr>${tcPr}</w:tcPr>${p(text)}</w:tc>`
export const row = (...cells) => `<w:tr>${cells.join('')}</w:tr>`
export const table = (...rows) => `<w:tbl>${rows.join('')}</w:tbl>`

/** more: further entries of the package. */
export function docx(body, { styles = '', numbering = '', more = [], types = '', main = null } = {}) {
  const of = (name, inside) => `<w:${name} ${W}>${inside}</w:${name}>`
  return zip([
    ['[Content_Types].xml', `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>${types}</Types>`],
    ['_rels/.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'],
    ['word/document.xml', main || of('document', `<w:body>${body}</w:body>`), true],
    ['word/styles.xml', of('styles', styles)],
    ['word/numbering.xml', of('numbering', numbering)],
    ...more,
  ])
}
