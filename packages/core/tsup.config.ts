import { buildOf } from '../../tsup.config.base.ts'

export default buildOf({ index: 'src/index.ts', testing: 'src/testing/index.ts', 'timed-text': 'src/timed-text/index.ts' })
