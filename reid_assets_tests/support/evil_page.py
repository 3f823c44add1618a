"""What a page of another origin tries on a running UI: everything that a browser sends without asking first.

Called with the UI's address, a mutation, and the body that the UI would send for it; gives what the page got
to see of each attempt.
"""

ATTACKS = """
const [ui, mutation, body, done] = arguments, get = ui + '/graphql?query=' + encodeURIComponent(mutation);
const seen = {}, wait = ms => new Promise(r => setTimeout(r, ms));
const fetched = async (name, address, options) => {
  try {
    const a = await fetch(address, options);
    seen[name] = a.type + ' ' + a.status + ' ' + await a.text();
  } catch (error) { seen[name] = 'failed'; }
};
const element = (name, tag, set) => new Promise(resolve => {
  const e = Object.assign(document.createElement(tag), set);
  e.onload = () => { seen[name] = 'loaded'; resolve(); };
  e.onerror = () => { seen[name] = 'failed'; resolve(); };
  document.body.append(e);
});
const form = (type, fields) => {
  const f = Object.assign(document.createElement('form'), {
    action: ui + '/graphql', method: 'POST', enctype: type, target: 'sink'});
  for (const [name, value] of Object.entries(fields))
    f.append(Object.assign(document.createElement('input'), {name, value, type: 'hidden'}));
  document.body.append(f); f.submit();
};
const socket = () => new Promise(resolve => {
  const s = new WebSocket(ui.replace('http', 'ws') + '/graphql', 'graphql-ws');
  s.onopen = () => { seen.websocket = 'open'; resolve(); };
  s.onerror = () => { seen.websocket = 'failed'; resolve(); };
});
(async () => {
  const post = (type, mode) => (
    {method: 'POST', mode, headers: {'Content-Type': type}, body, credentials: 'include'});
  await fetched('text', ui + '/graphql', post('text/plain', 'no-cors'));
  await fetched('text that names JSON', ui + '/graphql', post('text/plain;application/json', 'no-cors'));
  await fetched('JSON', ui + '/graphql', post('application/json', 'cors'));
  await fetched('read', ui + '/graphql?query=%7Bversion%7D', {mode: 'cors'});
  const event = ui + '/report_asset_materialization/flows?description=intruder';
  await fetched('event', event, post('text/plain', 'no-cors'));
  navigator.sendBeacon(ui + '/graphql', body);
  await element('image', 'img', {src: get});
  await element('script', 'script', {src: get});
  await element('picture', 'img', {src: ui + '/logs/reid-pictures/probe/png'});
  document.body.append(Object.assign(document.createElement('iframe'), {name: 'sink'}));
  const open = 'mutation Open { __typename }';
  form('text/plain', {[body.slice(0, -1) + ', "x": "']: '"}'});
  await wait(300);
  form('application/x-www-form-urlencoded', {query: mutation});
  await wait(300);
  form('multipart/form-data', {query: mutation});
  await socket();
  await wait(700);
  done(seen);
})();
"""
