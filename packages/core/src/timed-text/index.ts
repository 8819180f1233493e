// The entry @ytscriptify/core/timed-text: readers of subtitle files, for sources.
export { decodeEntities } from './entities.ts'
export { FORMATTING_TAGS, closingTags, openingTags, tidyTags, type PenTag } from './formatting.ts'
export { readJson3 } from './json3.ts'
export type { ReadOptions } from './read-options.ts'
export { readSubRip } from './subrip.ts'
export { tidySegments } from './tidy-segments.ts'
export { readWebVtt } from './web-vtt.ts'
