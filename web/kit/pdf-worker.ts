// The thread that reads PDF files. It goes through our build like the pages do: the library's own file
// would not run on the oldest browsers (build.target rewrites it, the functions come first).
import 'core-js/stable/array/at'
import 'core-js/stable/array/find-last'
import 'core-js/stable/object/has-own'
import 'core-js/stable/promise/with-resolvers'
import 'core-js/stable/structured-clone'
import 'core-js/stable/string/replace-all'
import 'pdfjs-dist/legacy/build/pdf.worker.mjs'
