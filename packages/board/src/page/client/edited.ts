/** The run whose tags and note are being written. */
import { signal } from '@preact/signals';

export const edited = signal<string | null>(null);
