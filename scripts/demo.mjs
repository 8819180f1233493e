// `npm run demo`: the product at work, offline, with a stand-in for YouTube on loopback, and with its plug pulled once.
// `npm run demo -- URL…` asks the real YouTube instead.
import './bootstrap.mjs'
import { askYouTube } from './demo/ask-youtube.mjs'
import { printable } from './demo/say.mjs'
import { tour } from './demo/tour.mjs'

const urls = process.argv.slice(2)
const flag = urls.find((arg) => arg.startsWith('--'))
if (flag !== undefined) process.exitCode = refused(flag)
else process.exitCode = urls.length > 0 ? await askYouTube(urls) : await tour()

function refused(argument) {
  process.stderr.write(`The demo takes URLs of videos and no flags, but was given "${printable(argument)}".\n`)
  return 2
}
