// Draws the API reference from /openapi.json. No library, no network beyond this server.
"use strict";

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

const named = (reference) => reference.split("/").pop();

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return named(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const several = schema.anyOf || schema.oneOf || schema.allOf;
  if (several) return several.map(typeOf).join(" | ");
  if (schema.type === "array") return schema.prefixItems ? `[${schema.prefixItems.map(typeOf).join(", ")}]` : `${typeOf(schema.items) || "any"}[]`;
  if (schema.type === "object" && schema.additionalProperties) return `{…: ${typeOf(schema.additionalProperties) || "any"}}`;
  return [schema.type || "any", schema.format].filter(Boolean).join(" · ");
}

function referenced(schema, found = new Set()) {
  if (!schema || typeof schema !== "object") return found;
  if (schema.$ref) found.add(named(schema.$ref));
  for (const value of Object.values(schema)) if (typeof value === "object") referenced(value, found);
  return found;
}

function rows(heads, lines) {
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const body = lines.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell))));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
}

function limits(schema) {
  const told = [];
  if (schema.default !== undefined && schema.default !== null) told.push(`= ${JSON.stringify(schema.default)}`);
  if (schema.minimum !== undefined) told.push(`≥ ${schema.minimum}`);
  if (schema.maximum !== undefined) told.push(`≤ ${schema.maximum}`);
  if (schema.examples) told.push(`e.g. ${schema.examples.map((value) => JSON.stringify(value)).join(", ")}`);
  return told.join("; ");
}

function fields(schema) {
  const required = new Set(schema.required || []);
  return rows(["", "", ""], Object.entries(schema.properties || {}).map(([name, field]) => [
    make("code", {}, name + (required.has(name) ? " *" : "")),
    make("code", {}, typeOf(field)),
    make("span", {}, [field.description, limits(field)].filter(Boolean).join(" ")),
  ]));
}

function shape(schema, all, open) {
  const box = make("div", {}, make("p", {}, make("code", {}, typeOf(schema))));
  for (const name of referenced(schema)) {
    const target = all[name];
    if (!target || !target.properties) continue;
    const part = make("details", open ? { open: "" } : {}, make("summary", {}, name), make("p", { class: "soft" }, target.description || ""), fields(target));
    box.append(part);
    for (const below of referenced(target)) {
      if (all[below] && all[below].properties && below !== name) part.append(make("details", {}, make("summary", {}, below), fields(all[below])));
    }
  }
  return box;
}

function curl(method, path, operation) {
  const lines = [`curl -X ${method.toUpperCase()} '${location.origin}${path}'`];
  if (operation["x-roles"]) lines.push("  -H 'Authorization: Bearer TOKEN'");
  const content = operation.requestBody && operation.requestBody.content;
  if (content) {
    const [media, body] = Object.entries(content)[0];
    lines.push(`  -H 'Content-Type: ${media}'`);
    const example = body.examples && Object.values(body.examples)[0].value;
    if (example !== undefined) lines.push(`  -d '${typeof example === "string" ? example : JSON.stringify(example)}'`);
  }
  return make("pre", {}, lines.join(" \\\n"));
}

function section(method, path, operation, all) {
  const box = make("section", { id: operation.operationId });
  box.append(make("h3", {}, make("span", { class: "method" }, method.toUpperCase()), make("code", {}, path)));
  box.append(make("p", {}, `${operation["x-summary-vi"]} · `, make("span", { lang: "en" }, operation.summary)));
  if (operation.description !== operation.summary) box.append(make("p", { class: "soft" }, operation.description));
  if (operation["x-roles"]) box.append(make("p", { class: "soft" }, `Vai trò / roles: ${operation["x-roles"].join(", ")}`));
  if (operation.parameters) {
    box.append(rows(["Tham số / parameter", "", ""], operation.parameters.map((one) => [
      make("code", {}, one.name + (one.required ? " *" : "")),
      make("code", {}, `${one.in} · ${typeOf(one.schema)}`),
      make("span", {}, [one.description, limits(one.schema)].filter(Boolean).join(" ")),
    ])));
  }
  for (const [media, body] of Object.entries((operation.requestBody || {}).content || {})) {
    box.append(make("p", {}, "→ ", make("code", {}, media)));
    if (Object.keys(body.schema).length) box.append(shape(body.schema, all, true));
  }
  box.append(curl(method, path, operation));
  for (const [status, response] of Object.entries(operation.responses)) {
    const media = Object.keys(response.content || {}).join(", ");
    box.append(make("p", {}, `← ${status} `, make("code", {}, media), ` ${response.description}`));
    const json = (response.content || {})["application/json"];
    if (json && Object.keys(json.schema).length) box.append(shape(json.schema, all, false));
  }
  box.dataset.text = `${path} ${operation.summary} ${operation["x-summary-vi"]} ${operation.operationId}`.toLowerCase();
  return box;
}

function draw(api) {
  const content = document.getElementById("content");
  const contents = document.getElementById("contents");
  document.getElementById("version").textContent = api.info.version;
  content.append(make("p", {}, api.info.description));
  const byTag = new Map(api.tags.map((tag) => [tag.name, []]));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) byTag.get(operation.tags[0]).push([method, path, operation]);
  }
  for (const [tag, operations] of byTag) {
    contents.append(make("h2", {}, tag));
    content.append(make("h2", {}, tag));
    for (const [method, path, operation] of operations) {
      contents.append(make("a", { href: `#${operation.operationId}` }, `${method.toUpperCase()} ${path.replace("/api/v1", "")}`));
      content.append(section(method, path, operation, api.components.schemas));
    }
  }
  contents.append(make("h2", {}, "errors"), make("a", { href: "#errors" }, "Mã lỗi / error codes"));
  content.append(make("h2", { id: "errors" }, "Mã lỗi / error codes"));
  for (const error of api.components.schemas.Problem["x-errors"]) {
    content.append(make("p", { id: `error-${error.code}` }, make("code", {}, `${error.status} ${error.code}`), ` ${error.title.vi} · ${error.title.en}. ${error.says}`));
  }
  if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
}

document.getElementById("search").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const box of document.querySelectorAll("section")) box.hidden = wanted !== "" && !box.dataset.text.includes(wanted);
});

fetch("/openapi.json").then((answer) => answer.json()).then(draw, (error) => {
  document.getElementById("content").append(`Không đọc được /openapi.json: ${error}`);
});
