"""The rows of `tests.statuses` that are about console's own addresses."""

CONSOLE_GETS = """
                                     anon disa stra oper memb owne admi main deve gues lead hand
console:home                         302  302  302  302  302  302  302  302  302  302  302  302
console:help                         302  302  200  200  200  200  200  200  200  200  200  200
console:organization-help            302  302  404  404  200  200  200  200  200  200  200  200
console:api-reference                302  302  200  200  200  200  200  200  200  200  200  200
console:api-section                  302  302  200  200  200  200  200  200  200  200  200  200
console:organization-reference       302  302  404  404  200  200  200  200  200  200  200  200
console:organization-reference-section 302  302  404  404  200  200  200  200  200  200  200  200
console:project-list                 302  302  404  404  200  200  200  200  200  200  200  200
console:project-create               302  302  404  404  403  200  403  403  403  403  403  403
console:project                      302  302  404  404  404  200  200  200  200  200  200  200
console:repository-create            302  302  404  404  404  200  200  200  403  403  403  403
console:repository-list              302  302  404  404  200  200  200  200  200  200  200  200
console:repository                   302  302  404  404  404  200  200  200  200  200  200  200
console:event-list                   302  302  404  404  403  200  403  403  403  403  403  403
console:event                        302  302  404  404  403  200  403  403  403  403  403  403
console:organization-settings        302  302  404  404  200  200  200  200  200  200  200  200
console:service-list                 302  302  404  404  200  200  200  200  200  200  200  200
console:service                      302  302  404  404  200  200  200  200  200  200  200  200
console:service-create               302  302  404  404  403  200  403  403  403  403  403  403
console:service-delete               302  302  404  404  403  302  403  403  403  403  403  403
console:service-secret-create        302  302  404  404  403  302  403  403  403  403  403  403
console:webhook-list                 302  302  404  404  403  200  403  403  403  403  403  403
console:webhook-create               302  302  404  404  403  302  403  403  403  403  403  403
console:webhook                      302  302  404  404  403  200  403  403  403  403  403  403
console:webhook-delete               302  302  404  404  403  200  403  403  403  403  403  403
console:webhook-secret-create        302  302  404  404  403  302  403  403  403  403  403  403
console:webhook-delivery             302  302  404  404  403  200  403  403  403  403  403  403
console:notice-list                  302  302  200  200  200  200  200  200  200  200  200  200
console:own-notice-settings          302  302  200  200  200  200  200  200  200  200  200  200
console:notice-settings              302  302  404  404  200  200  200  200  200  200  200  200
console:site-service-list            302  302  404  200  404  404  404  404  404  404  404  404
console:site-service-create          302  302  404  200  404  404  404  404  404  404  404  404
console:site-service                 302  302  404  200  404  404  404  404  404  404  404  404
console:site-service-delete          302  302  404  302  404  404  404  404  404  404  404  404
console:site-service-secret-create   302  302  404  302  404  404  404  404  404  404  404  404
console:partner-list                 302  302  404  200  404  404  404  404  404  404  404  404
console:partner-create               302  302  404  200  404  404  404  404  404  404  404  404
console:partner                      302  302  404  200  404  404  404  404  404  404  404  404
console:partner-delete               302  302  404  302  404  404  404  404  404  404  404  404
console:partner-key-create           302  302  404  200  404  404  404  404  404  404  404  404
console:partner-key-delete           302  302  404  200  404  404  404  404  404  404  404  404
console:installation                 302  302  404  200  404  404  404  404  404  404  404  404
console:job-list                     302  302  404  200  404  404  404  404  404  404  404  404
console:letter-list                  302  302  404  200  404  404  404  404  404  404  404  404
console:site-webhook-list            302  302  404  200  404  404  404  404  404  404  404  404
console:site-event-list              302  302  404  200  404  404  404  404  404  404  404  404
console:site-event                   302  302  404  200  404  404  404  404  404  404  404  404
"""
CONSOLE_POSTS = """
                                     anon disa stra oper memb owne admi main deve gues lead hand
console:theme                        302  302  302  302  302  302  302  302  302  302  302  302
console:project-create               302  302  404  404  403  422  403  403  403  403  403  403
console:repository-create            302  302  404  404  404  422  422  422  403  403  403  403
console:repository                   302  302  404  404  404  422  422  422  403  403  403  403
console:event-export                 302  302  404  404  403  400  403  403  403  403  403  403
console:organization-settings        302  302  404  404  403  422  403  403  403  403  403  403
console:service-create               302  302  404  404  403  422  403  403  403  403  403  403
console:service                      302  302  404  404  403  422  403  403  403  403  403  403
console:service-delete               302  302  404  404  403  302  403  403  403  403  403  403
console:service-secret-create        302  302  404  404  403  302  403  403  403  403  403  403
console:webhook-create               302  302  404  404  403  302  403  403  403  403  403  403
console:webhook                      302  302  404  404  403  422  403  403  403  403  403  403
console:webhook-delete               302  302  404  404  403  302  403  403  403  403  403  403
console:webhook-secret-create        302  302  404  404  403  302  403  403  403  403  403  403
console:webhook-test                 302  302  404  404  403  302  403  403  403  403  403  403
console:webhook-delivery-repeat      302  302  404  404  403  302  403  403  403  403  403  403
console:notice-read                  302  302  404  404  404  302  404  404  404  404  404  404
console:notices-read                 302  302  400  400  400  400  400  400  400  400  400  400
console:own-notice-settings          302  302  422  422  422  422  422  422  422  422  422  422
console:notice-settings              302  302  404  404  422  422  422  422  422  422  422  422
console:site-service-create          302  302  404  422  404  404  404  404  404  404  404  404
console:site-service                 302  302  404  422  404  404  404  404  404  404  404  404
console:site-service-delete          302  302  404  302  404  404  404  404  404  404  404  404
console:site-service-secret-create   302  302  404  302  404  404  404  404  404  404  404  404
console:partner-create               302  302  404  422  404  404  404  404  404  404  404  404
console:partner-delete               302  302  404  302  404  404  404  404  404  404  404  404
console:partner-key-create           302  302  404  422  404  404  404  404  404  404  404  404
console:partner-key-delete           302  302  404  302  404  404  404  404  404  404  404  404
console:job-run                      302  302  404  302  404  404  404  404  404  404  404  404
console:letters-retry                302  302  404  302  404  404  404  404  404  404  404  404
console:letter-retry                 302  302  404  302  404  404  404  404  404  404  404  404
"""
