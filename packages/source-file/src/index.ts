// The public entry of @ytscriptify/source-file.
export { fileSource, type FileSource, type FileSourceOptions } from './file-source.ts'
