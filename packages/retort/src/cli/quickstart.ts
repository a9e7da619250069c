export async function quickstartCommand(_flags: { seeds: number; json?: boolean }): Promise<void> {}
