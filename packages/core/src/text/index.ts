// What is made of the text of a transcript: pure functions that compose, without the engine. They run anywhere.
export type { Segment, Transcript } from '../transcript.ts'
export { chunkDocument, chunkJson, type ChunkDocument, type ChunkMetadata } from './chunk-documents.ts'
export type { ChunkUnit } from './chunk-units.ts'
export { CHUNK_SIZES, chunks, type Chunk, type ChunkOptions } from './chunks.ts'
export { deroll } from './deroll.ts'
export type { DescribedVideo } from './described-video.ts'
export { estimateTokens } from './estimate-tokens.ts'
export { fileNameOf, plainName } from './file-names.ts'
export { formatSegments, formatTranscript } from './format-transcript.ts'
export { jobFiles, jobLines, type JobFilesOptions, type TextFile } from './job-texts.ts'
export { parseMoment } from './moments.ts'
export { paragraphs, type ParagraphOptions } from './paragraphs.ts'
export { sentences, type SentenceOptions } from './sentences.ts'
export { slice, type SliceOptions } from './slice.ts'
export {
  CHUNK_FORMATS,
  TEXT_FORMATS,
  checkTextOptions,
  textOptionIssues,
  type TextFormat,
  type TextOptionIssue,
  type TextOptionPlace,
  type TextOptions,
  type TextSelection,
} from './text-options.ts'
export { momentLink, videoLink, type LinkedVideo } from './video-links.ts'
export { TEXT_VIEWS, viewOf, type TextView } from './views.ts'
