// The public entry of @ytscriptify/source-youtube/lister.
export type { YouTubeListerOptions } from './lister-options.ts'
export { parseListId } from './parse-list-id.ts'
export { youtubeLister } from './youtube-lister.ts'
