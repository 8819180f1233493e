import { buildOf } from '../../tsup.config.base.ts'

export default buildOf({
  index: 'src/index.ts',
  text: 'src/text/index.ts',
  zip: 'src/zip/index.ts',
  'timed-text': 'src/timed-text/index.ts',
  testing: 'src/testing/index.ts',
  'testing-model': 'src/testing/model/index.ts',
})
