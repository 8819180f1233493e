// The entry @ytscriptify/core/timed-text: readers of subtitle files, for sources.
export { decodeEntities } from './entities.ts'
export { readJson3 } from './json3.ts'
export { readSubRip } from './subrip.ts'
export { tidySegments } from './tidy-segments.ts'
export { readWebVtt } from './web-vtt.ts'
