/** The teacher cache. */
export { type CacheOf, type CacheOptions, cacheTeachers } from './cache-teachers.ts';
export { CachedTeacher } from './cached-teacher.ts';
