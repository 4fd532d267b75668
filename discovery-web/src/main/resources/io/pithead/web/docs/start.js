'use strict';
// keys stay in this page's memory: persistAuthorization is off
SwaggerUIBundle({
  url: 'openapi?format=JSON',
  dom_id: '#api',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
