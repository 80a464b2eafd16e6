h = "helper loaded"
