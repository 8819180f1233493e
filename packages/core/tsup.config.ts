import { buildOf } from '../../tsup.config.base.ts'

export default buildOf({
  index: 'src/index.ts',
  testing: 'src/testing/index.ts',
  'testing-model': 'src/testing/model/index.ts',
})
