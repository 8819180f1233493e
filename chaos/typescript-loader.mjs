// The loader hook of load-typescript.mjs: takes the types out. They are checked by `npm run check`.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import typescript from 'typescript'

const OPTIONS = {
  module: typescript.ModuleKind.ESNext,
  target: typescript.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
  inlineSourceMap: true,
}

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context)
  const text = readFileSync(fileURLToPath(url), 'utf8')
  const { outputText } = typescript.transpileModule(text, { compilerOptions: OPTIONS, fileName: url })
  return { format: 'module', source: outputText, shortCircuit: true }
}
