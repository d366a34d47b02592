import { World } from '/work/main/tests/faults/world.mjs';
import { Server } from '/work/main/tests/faults/server.mjs';
import { Phone } from '/work/main/tests/faults/phone.mjs';
const server = new Server();
for (const seed of [1,2,3]) {
let t=Date.now();
const world = new World(seed);
await server.ask(world.now,'reset',{seed}); console.log('reset', Date.now()-t); t=Date.now();
const p = new Phone(world, server, '甲', 'liuguixiang');
await p.enrol(); console.log('enrol', Date.now()-t); t=Date.now();
await world.advance(3000); console.log('sync', Date.now()-t); t=Date.now();
const page = p.page; const db = p.storeOf(page);
console.log(await page.core.strip(db), (await page.core.list(db,{limit:3})).rows.map(r=>r.place.contact_name));
const pl=(await page.core.list(db,{limit:3})).rows[0].place.id;
console.log(await p.did(page, ()=>page.core.saveVisit(db,{id: page.core.newId?.()??'01900000-0000-7000-8000-00000000000'+seed, body:{place_id:pl,outcome:'met_covered'}, now:new page.context.Date()})));
await world.advance(60000);
console.log(await page.core.strip(db), p.lies); console.log('more', Date.now()-t); t=Date.now();
const d = await server.ask(world.now,'dump'); console.log('dump', Date.now()-t, d.coverage.covered, d.verify.ok, d.rebuild, Object.keys(d.rows[Object.keys(d.rows)[0]]).length);
p.kill();
}
server.close();
