// Functions that Chromium 78 … 92 lack and the pages or their libraries use. Fetched by feature
// test before the app starts; a modern browser never sees this chunk.
import 'core-js/stable/array/at'
import 'core-js/stable/array/find-last'
import 'core-js/stable/array/find-last-index'
import 'core-js/stable/string/at'
import 'core-js/stable/string/replace-all'
import 'core-js/stable/object/has-own'
import 'core-js/stable/promise/any'
import 'core-js/stable/promise/with-resolvers'
import 'core-js/stable/global-this'
import 'core-js/stable/structured-clone'
import 'core-js/stable/queue-microtask'
