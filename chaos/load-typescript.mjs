// Lets plain Node.js run what is written in TypeScript here: `--import` it, or import it first. Newer versions could do so by
// themselves, the oldest that is supported cannot.
import { register } from 'node:module'

register('./typescript-loader.mjs', import.meta.url)
