// The licences of what is bundled ask to be passed on with it.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Writes `THIRD-PARTY-NOTICES.txt` beside the bundle: each package from outside that is in it, with its licence. */
export const thirdPartyNotices = (): Plugin => ({
  name: 'third-party-notices',
  setup({ initialOptions: { outdir }, onEnd }) {
    onEnd(async ({ metafile }) => {
      if (metafile === undefined || outdir === undefined) throw new Error('The build does not say what is in it.')
      const folders = packageFoldersOf(Object.keys(metafile.inputs))
      const notices = await Promise.all(folders.map(noticeOf))
      await mkdir(outdir, { recursive: true })
      await writeFile(join(outdir, 'THIRD-PARTY-NOTICES.txt'), [INTRODUCTION, ...notices.sort()].join(RULE))
    })
  },
})

const INTRODUCTION = 'The ytscriptify command contains the following packages, each under its own licence.\n'
const RULE = `\n${'-'.repeat(80)}\n\n`

/** `…/node_modules/hono/dist/hono.js` is of the package in `…/node_modules/hono`. */
function packageFoldersOf(files: readonly string[]): string[] {
  const folders = files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? [])
  return [...new Set(folders)].map((folder) => resolve(folder))
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license, author } = manifestOf(await readFile(join(folder, 'package.json'), 'utf8'))
  const head = `${name} ${version} (${license})\n\n`
  const entries = await readdir(folder)
  const textOf = async (pattern: RegExp): Promise<string | undefined> => {
    const file = entries.find((entry) => pattern.test(entry))
    return file === undefined ? undefined : `${(await readFile(join(folder, file), 'utf8')).trim()}\n`
  }
  const licence = await textOf(/^(licen[cs]e|copying)(\.(md|txt))?$/i)
  // Apache-2.0, section 4(d): where there is a NOTICE, it is passed on as well.
  const notice = await textOf(/^notice(\.(md|txt))?$/i)
  if (licence !== undefined) {
    // Some give only the paragraph that refers to it. Section 4(a) asks for a copy.
    const isReferred = license === 'Apache-2.0' && !licence.includes('TERMS AND CONDITIONS')
    const apache = isReferred ? await readFile(APACHE_2, 'utf8') : undefined
    return [head + licence, notice, apache].filter((text) => text !== undefined).join('\n')
  }

  // A package without a text of its own grants what it names, and MIT is the one that has turned up so far.
  if (license !== 'MIT') throw new Error(`${name} has no licence file, and its licence ${license} is not known here.`)
  return `${head}${mit(author ?? `the authors of ${name}`)}\n`
}

/** https://www.apache.org/licenses/LICENSE-2.0.txt */
const APACHE_2 = new URL('apache-2.0.txt', import.meta.url)

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly author: string | undefined
}

function manifestOf(json: string): Manifest {
  const { name, version, license, author } = JSON.parse(json) as Record<string, unknown>
  const authorName = typeof author === 'object' && author !== null && 'name' in author ? author.name : author
  if (typeof name !== 'string' || typeof version !== 'string' || typeof license !== 'string')
    throw new Error(`A bundled package does not name its licence: ${json.slice(0, 200)}`)
  return { name, version, license, author: typeof authorName === 'string' ? authorName : undefined }
}

/** https://spdx.org/licenses/MIT.html */
const mit = (author: string): string => `MIT License

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
