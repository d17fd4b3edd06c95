// PDF files read by pdf.js in a thread of its own: opened by address, pages drawn one at a time. Only
// this file knows the library. No code from texts, no WebAssembly (the pages' policy allows neither):
// JPEG 2000 and JBIG2 pictures, as scanners make them, are read by the same decoders as JavaScript.
import { getDocument, GlobalWorkerOptions } from 'pdfjs-dist/legacy/build/pdf.mjs'
import Worker from './pdf-worker?worker'

export interface PdfPage { width: number; height: number; draw: (canvas: HTMLCanvasElement, scale: number) => { done: Promise<void>; stop: () => void } }
export interface PdfFile { pages: number; page: (n: number) => Promise<PdfPage>; close: () => void }

/** Most pixels of one canvas: what a phone still gives. */
const MOST = 12e6

/** Device pixels a CSS pixel, less where the page would become too large. Pure. */
export function densityOf(width: number, height: number, ratio: number, most = MOST): number {
  return Math.min(Math.max(1, Math.min(ratio, 3)), Math.sqrt(most / Math.max(1, width * height)))
}

export async function openPdf(address: string): Promise<PdfFile> {
  const worker = new Worker()
  GlobalWorkerOptions.workerPort = worker
  const beside = new URL('/pdf/', location.href).href
  const task = getDocument({ url: address, withCredentials: true, cMapUrl: beside + 'cmaps/', cMapPacked: true, wasmUrl: beside + 'decoders/', useWasm: false, useSystemFonts: true, enableXfa: false, disableAutoFetch: true, verbosity: 0 })
  const close = () => { task.destroy().then(() => worker.terminate(), () => worker.terminate()) }
  try {
    const doc = await task.promise
    return {
      pages: doc.numPages,
      close,
      async page(n) {
        const p = await doc.getPage(n)
        const plain = p.getViewport({ scale: 1 })
        return {
          width: plain.width,
          height: plain.height,
          draw(canvas, scale) {
            const dense = densityOf(plain.width * scale, plain.height * scale, window.devicePixelRatio || 1)
            const viewport = p.getViewport({ scale: scale * dense })
            canvas.width = Math.floor(viewport.width)
            canvas.height = Math.floor(viewport.height)
            const going = p.render({ canvas, viewport })
            return { done: going.promise, stop: () => going.cancel() }
          },
        }
      },
    }
  } catch (e) { close(); throw e }
}
