output "id" {
  description = "The id of the secret, known once it has its value and its readers."
  value       = google_secret_manager_secret.this.secret_id

  depends_on = [
    google_secret_manager_secret_version.this, google_secret_manager_secret_iam_member.readers,
  ]
}
