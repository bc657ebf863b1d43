output "topics" {
  description = "The names of the topics by event."
  value       = { for event, topic in google_pubsub_topic.events : event => topic.name }
}

output "subscriptions" {
  description = "The names of the subscriptions."
  value       = { for key, subscription in google_pubsub_subscription.events : key => subscription.name }
}

output "dead_letters" {
  description = "The names of the subscriptions to dead letters, by consumer."
  value       = { for key, subscription in google_pubsub_subscription.dead_letters : key => subscription.name }
}
