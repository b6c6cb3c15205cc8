// The API's documentation, drawn by Swagger UI from /openapi.json; every request in it can be tried.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  tryItOutEnabled: true,
  validatorUrl: null, // a checker on the web, which nobody here asks
});
