// Many texts as one archive, for Node.js.
export { zipped } from './zipped.ts'
