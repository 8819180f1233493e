import { buildOf } from '../../tsup.config.base.ts'

export default buildOf({ index: 'src/index.ts' })
