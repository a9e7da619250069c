import { manualSeed, functional } from '@retort/torch';
import { fashionMnist, subset, permutation, ResNet, train, crossEntropy, kd, evaluate } from 'retort';
const t0=performance.now(); const log=(...a:any[])=>console.log(((performance.now()-t0)/1000).toFixed(1),...a);
const data = await fashionMnist((w,d,t)=>log(w,d,t)); log(data.source, data.train.size);
const order = permutation(data.train.size, {seed:0, epoch:0, purpose:'subset'});
const A = subset(data.train, order.slice(0, 20000)), B = subset(data.train, order.slice(20000, 36000)), L = subset(data.train, order.slice(20000, 20500));
log('subsets');
const go = async (name:string, student:any, o:any) => { const s=performance.now(); for await (const e of train({student, ...o})) { log(name, e.epoch, e.losses, e.trainTop1.toFixed(3), Math.round(e.imagesPerSecond)); } const sec=(performance.now()-s)/1000; const a = await evaluate(student, data.test); log(name, 'TEST', a.top1, Math.round(a.imagesPerSecond), 'params', student.parameterCount(), 'sec', sec.toFixed(1)); };
manualSeed(0);
const W = (process.argv[2] ?? '16,16,32,64').split(',').map(Number) as any; const D = Number(process.argv[3] ?? 14); const E=Number(process.argv[4] ?? 3);
const S = (process.argv[5] ?? '8,8,16,32').split(',').map(Number) as any;
const teacher = new ResNet({depth:D, widths:W, classes:10, channels:1});
const aug = {padding: 2, flip: true};
await go('teacher', teacher, {method: crossEntropy(), data: A, epochs: E, lr: 0.1, schedule:'one-cycle', augmentation: aug});
for (const seed of [0]) {
const mk = () => { manualSeed(seed); return new ResNet({depth:8, widths:S, classes:10, channels:1}); };
await go('alone', mk(), {method: crossEntropy(), data: L, epochs: 96, lr: 0.05, schedule:'one-cycle', augmentation: aug, seed});
await go('kd', mk(), {teacher, method: kd({temperature:4, alpha:1, gamma:0}), data: B, epochs: 3, lr: 0.05, schedule:'one-cycle', augmentation: aug, seed});
}
