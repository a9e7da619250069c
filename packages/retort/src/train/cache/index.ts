/** The teacher cache. */
export { type CacheOf, type CacheOptions, cacheTeachers } from './cache-teachers.ts';
export { CachedTeacher } from './cached-teacher.ts';
export { describeShown, describeTeacher, hashKey } from './key.ts';
export { type Probe, probeDifference, probed, probeOf, probeSchema } from './probe.ts';
