/** What a network computes, as text. */
import { nn } from '@retort/torch';

/**
 * A network's modules and their settings, as it prints. Left out is what says of its parts where they lie (`anatomy`): it computes nothing, and a run
 * or a cache of yesterday is of the same network when one more part is named today.
 *
 * @example architectureOf(createModel('resnet8', { classes: 10 })) === architectureOf(createModel('resnet8', { classes: 10 }))
 */
export const architectureOf = (network: nn.Module): string => nn.printed(network, ['anatomy']);
