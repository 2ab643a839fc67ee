"""Forms of organizations, projects and repositories. Rules live on the models; forms shape input."""

from django import forms

from console.models import Organization, Project, Repository


class OrganizationNameForm(forms.ModelForm[Organization]):
    """The display name of an organization."""

    class Meta:
        model = Organization
        fields = ("name",)


class ProjectForm(forms.ModelForm[Project]):
    """A new project."""

    class Meta:
        model = Project
        fields = ("name", "slug", "description", "public")
        labels = {"slug": "Name in addresses", "name": "Display name"}
        help_texts = {
            "slug": "Stands in every repository's path and login name. It never changes.",
            "name": "What people read. You can change it.",
            "public": "Everyone may pull from a public repository, with or without credentials.",
        }
        widgets = {
            "slug": forms.TextInput(attrs={"data-slug-of": "name"}),
            "description": forms.Textarea(attrs={"rows": 2}),
        }


class ProjectSettingsForm(forms.ModelForm[Project]):
    """What of a project may change."""

    class Meta:
        model = Project
        fields = ("name", "description", "public")
        labels = {"name": "Display name"}
        help_texts = {
            "public": "What repositories are that are created from now on. Present ones stay as they are.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class RepositoryForm(forms.ModelForm[Repository]):
    """A new repository."""

    class Meta:
        model = Repository
        fields = ("name", "description", "public")
        labels = {"public": "Public"}
        help_texts = {
            "name": "As it stands after the project in the registry's path.",
            "public": "Everyone may pull, with or without credentials.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class RepositorySettingsForm(forms.ModelForm[Repository]):
    """What of a repository may change."""

    class Meta:
        model = Repository
        fields = ("description", "public")
        labels = RepositoryForm.Meta.labels
        help_texts = RepositoryForm.Meta.help_texts
        widgets = RepositoryForm.Meta.widgets
